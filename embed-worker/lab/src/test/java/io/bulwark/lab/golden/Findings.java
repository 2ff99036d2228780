package io.bulwark.lab.golden;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What one case's comparisons found, gathered to the end: a fault does not hide the next. One thread. */
final class Findings {

    private final List<String> held = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private double largest;

    /** Numbers, each within a tolerance of the wanted one. */
    void close(String quantity, float[] found, float[] wanted, double tolerance) {
        if (found.length != wanted.length) {
            faults.add("%s: %d numbers instead of %d".formatted(quantity, found.length, wanted.length));
            return;
        }
        double error = 0;
        for (int i = 0; i < found.length; i++) {
            // Math.max keeps a NaN, which is within no tolerance.
            error = Math.max(error, Math.abs((double) found[i] - wanted[i]));
        }
        report(quantity, error, tolerance);
    }

    void close(String quantity, double found, double wanted, double tolerance) {
        report(quantity, Math.abs(found - wanted), tolerance);
    }

    /** Unsigned bytes, each within this many levels. */
    void levels(String quantity, byte[] found, byte[] wanted, int tolerance) {
        if (found.length != wanted.length) {
            faults.add("%s: %d bytes instead of %d".formatted(quantity, found.length, wanted.length));
            return;
        }
        int error = 0;
        for (int i = 0; i < found.length; i++) {
            error = Math.max(error, Math.abs((found[i] & 0xFF) - (wanted[i] & 0xFF)));
        }
        report(quantity, error, tolerance);
    }

    /** Something that is right or wrong. */
    void exact(String quantity, boolean equal, String found) {
        if (equal) {
            held.add(quantity);
        } else {
            faults.add(quantity + ": " + found);
        }
    }

    private void report(String quantity, double error, double tolerance) {
        largest = Math.max(largest, error);
        String text = String.format(Locale.ROOT, "%s %.2g (allowed %.2g)", quantity, error, tolerance);
        (error <= tolerance ? held : faults).add(text);
    }

    GoldenCheck.GoldenResult result(GoldenManifest.GoldenCase golden) {
        if (held.isEmpty() && faults.isEmpty()) {
            return GoldenCheck.GoldenResult.failed(golden, 0, "nothing was compared");
        }
        return faults.isEmpty()
                ? GoldenCheck.GoldenResult.passed(
                        golden, largest, held.size() + " comparisons, among them " + held.get(0))
                : GoldenCheck.GoldenResult.failed(
                        golden, largest, String.join("; ", faults.subList(0, Math.min(6, faults.size()))));
    }
}
