package io.bulwark.stream.document;

import io.bulwark.events.AttackCampaign;
import io.bulwark.events.AttackKind;
import io.bulwark.events.CampaignState;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A page of campaigns, newest first.
 *
 * @param next what {@code cursor} must be for the next page; null where this is the last
 */
public record CampaignsDocument(List<CampaignDocument> campaigns, String next) {

    private static final Comparator<String> NEWEST = Comparator.reverseOrder();

    /**
     * The page that follows a cursor.
     *
     * @param all campaigns, in any order
     * @param states empty for all
     * @param kinds empty for all
     * @param cursor empty from the newest on
     */
    public static CampaignsDocument of(
            List<AttackCampaign> all, Set<CampaignState> states, Set<AttackKind> kinds, int limit, String cursor) {
        List<AttackCampaign> found = all.stream()
                .filter(campaign -> states.isEmpty() || states.contains(campaign.getState()))
                .filter(campaign -> kinds.isEmpty() || kinds.contains(campaign.getKind()))
                .filter(campaign -> cursor.isEmpty() || cursor(campaign).compareTo(cursor) < 0)
                .sorted(Comparator.comparing(CampaignsDocument::cursor, NEWEST))
                .limit(limit + 1L)
                .toList();
        boolean more = found.size() > limit;
        List<AttackCampaign> page = more ? found.subList(0, limit) : found;
        return new CampaignsDocument(
                page.stream().map(CampaignDocument::summary).toList(), more ? cursor(page.get(limit - 1)) : null);
    }

    private static String cursor(AttackCampaign campaign) {
        return String.format(
                "%016x-%s", Math.max(0, campaign.getWindowStart().toEpochMilli()), campaign.getCampaignId());
    }
}
