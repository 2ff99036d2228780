package io.bulwark.perception.bank;

import io.bulwark.perception.hash.HashList;
import io.bulwark.perception.hash.HashList.ListVersion;
import io.bulwark.perception.hash.ListedHash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The entries of hash lists that a bank knows now, which come and go one by one. What {@link #byLabel} gave stays as it
 * was; the next one costs the changes since. Owned by one thread.
 */
final class ListedEntries {

    private final ListVersion version = new ListVersion();

    /** How often more than once an entry was added. */
    private final Map<ListedHash, Integer> repeats = new HashMap<>();

    /** Of each label: entries that came (true) or went since its list was made. */
    private final Map<String, Map<ListedHash, Boolean>> changes = new TreeMap<>();

    private Map<String, HashList> lists = Map.of();

    /** These entries and no others. */
    static ListedEntries of(Collection<? extends ListedHash> entries) {
        var all = new ListedEntries();
        entries.forEach(all::add);
        return all;
    }

    void add(ListedHash entry) {
        if (has(entry)) {
            repeats.merge(entry, 1, Integer::sum);
        } else {
            change(entry, true);
            version.add(entry);
        }
    }

    /** Takes an entry away that was added. */
    void remove(ListedHash entry) {
        Integer others = repeats.get(entry);
        if (others == null) {
            change(entry, false);
            version.remove(entry);
        } else if (others == 1) {
            repeats.remove(entry);
        } else {
            repeats.put(entry, others - 1);
        }
    }

    private boolean has(ListedHash entry) {
        Boolean came = changes.getOrDefault(entry.label(), Map.of()).get(entry);
        HashList list = lists.get(entry.label());
        return came == null ? list != null && list.has(entry) : came;
    }

    private void change(ListedHash entry, boolean came) {
        changes.computeIfAbsent(entry.label(), label -> new LinkedHashMap<>()).put(entry, came);
    }

    /** The lists by their labels, none of them empty. Immutable. */
    Map<String, HashList> byLabel() {
        if (!changes.isEmpty()) {
            Map<String, HashList> now = new TreeMap<>(lists);
            changes.forEach((label, changed) -> {
                List<ListedHash> gone = new ArrayList<>();
                List<ListedHash> come = new ArrayList<>();
                changed.forEach((entry, came) -> (came ? come : gone).add(entry));
                HashList before = now.remove(label);
                HashList after = before == null ? HashList.of(come) : before.changed(gone, come);
                if (!after.isEmpty()) {
                    now.put(label, after);
                }
            });
            lists = now;
            changes.clear();
        }
        return lists;
    }

    /** Changes whenever what is found in the lists could; empty where there are none. */
    String version() {
        return version.hex();
    }
}
