package io.bulwark.lab.probe;

import io.bulwark.cli.audit.ProbeOutcome;
import io.bulwark.cli.report.LiveShare;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The share of the last attacked files that did not fall, of one goal and threat. A file counts once, by its latest
 * attack, under however many ids it was uploaded: the interval is over files. One thread.
 */
public final class LiveAccuracy {

    private final int window;
    private final Map<String, ProbeOutcome> files = new LinkedHashMap<>();

    /** @param window files that count, at least 1 */
    public LiveAccuracy(int window) {
        this.window = window;
    }

    /**
     * Takes an attack in.
     *
     * @param sha256 of the file
     * @param outcome of the attack; a picture that was skipped says nothing
     */
    public void add(String sha256, ProbeOutcome outcome) {
        if (outcome == ProbeOutcome.SKIPPED) {
            return;
        }
        files.remove(sha256);
        files.put(sha256, outcome);
        Iterator<String> oldest = files.keySet().iterator();
        while (files.size() > window) {
            oldest.next();
            oldest.remove();
        }
    }

    /** The share; empty while no attack came to its end. */
    public Optional<LiveShare> share() {
        Collection<ProbeOutcome> all = files.values();
        int fell = Collections.frequency(all, ProbeOutcome.FELL);
        int overdue = Collections.frequency(all, ProbeOutcome.OVERDUE);
        return all.size() == overdue
                ? Optional.empty()
                : Optional.of(new LiveShare(all.size() - fell - overdue, fell, overdue));
    }
}
