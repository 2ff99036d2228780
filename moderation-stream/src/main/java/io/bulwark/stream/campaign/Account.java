package io.bulwark.stream.campaign;

import java.util.Set;
import java.util.TreeSet;

/**
 * What one account tried in a campaign. The contents before the one that makes a member are known by name: else whoever
 * uploads one file again and again became one. One thread calls.
 */
final class Account {

    final Set<String> first = new TreeSet<>();
    int contents;

    /** @return whether it is another content, as far as is known */
    boolean add(String content) {
        if (first.contains(content)) {
            return false;
        }
        if (contents < CampaignRule.FREE) {
            first.add(content);
        }
        contents++;
        return true;
    }

    /** Takes a content back. */
    void remove(String content) {
        first.remove(content);
        contents--;
    }

    /** Takes in what the same account tried in another campaign. */
    void takeIn(Account other) {
        contents += other.contents;
        other.first.stream().filter(content -> first.size() < CampaignRule.FREE).forEach(first::add);
    }
}
