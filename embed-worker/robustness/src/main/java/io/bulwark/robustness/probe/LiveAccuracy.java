package io.bulwark.robustness.probe;

import io.bulwark.robustness.evaluate.Proportion;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The share of the last attacked files that did not fall, of one goal and threat. A file counts once, by its latest attack,
 * under however many ids it was uploaded: the interval is over files. One thread.
 */
public final class LiveAccuracy {

    private final int window;
    private final Map<String, Boolean> stood = new LinkedHashMap<>();

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
        stood.remove(sha256);
        stood.put(sha256, outcome != ProbeOutcome.FELL);
        Iterator<String> oldest = stood.keySet().iterator();
        while (stood.size() > window) {
            oldest.next();
            oldest.remove();
        }
    }

    /** The share with Wilson's 95 % interval; empty before the first attack. */
    public Optional<Proportion> share() {
        long standing = stood.values().stream().filter(Boolean::booleanValue).count();
        return stood.isEmpty() ? Optional.empty() : Optional.of(Proportion.of(standing, stood.size()));
    }
}
