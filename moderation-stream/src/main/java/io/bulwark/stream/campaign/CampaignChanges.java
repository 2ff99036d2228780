package io.bulwark.stream.campaign;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/** What changed in an index and is not stored yet. */
final class CampaignChanges {

    /** Attempts that came, moved or went. */
    final Set<Attempt.Id> attempts = new HashSet<>();

    /** Campaigns that changed or went. */
    final Set<String> campaigns = new TreeSet<>();

    /** Those of them that others are told of at once, and not with the next beat. */
    final Set<String> told = new TreeSet<>();

    int opened;
    int merged;
    int closed;

    /** Attempts that came to an anchor that had as many as are judged. */
    int hot;
}
