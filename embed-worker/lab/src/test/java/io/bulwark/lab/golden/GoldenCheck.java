package io.bulwark.lab.golden;

import java.io.IOException;
import java.util.Locale;

/** How the cases of one kind are held to the original. */
@FunctionalInterface
public interface GoldenCheck {

    /**
     * Compares.
     *
     * @throws SkippedException if an input is not there
     * @throws IOException if a file is missing or damaged
     */
    void check(GoldenManifest.GoldenCase golden, GoldenFiles files, Findings findings) throws IOException;

    /** A case cannot be run here; the message says what is missing. */
    final class SkippedException extends RuntimeException {

        SkippedException(String reason) {
            super(reason);
        }
    }

    /**
     * What became of a case.
     *
     * @param id the case
     * @param kind its kind
     * @param status whether it holds
     * @param maxError largest difference from the original's numbers, whatever their quantity; 0 for exact comparisons
     * @param detail what was compared, what differs, or why it was skipped
     */
    public record GoldenResult(String id, String kind, Status status, double maxError, String detail) {

        /** Whether a case holds. */
        public enum Status {
            PASSED,
            FAILED,
            SKIPPED
        }

        static GoldenResult passed(GoldenManifest.GoldenCase golden, double maxError, String detail) {
            return new GoldenResult(golden.id(), golden.kind(), Status.PASSED, maxError, detail);
        }

        static GoldenResult failed(GoldenManifest.GoldenCase golden, double maxError, String detail) {
            return new GoldenResult(golden.id(), golden.kind(), Status.FAILED, maxError, detail);
        }

        static GoldenResult skipped(GoldenManifest.GoldenCase golden, String reason) {
            return new GoldenResult(golden.id(), golden.kind(), Status.SKIPPED, 0, reason);
        }

        @Override
        public String toString() {
            String word = status == Status.PASSED ? "pass" : status == Status.FAILED ? "FAIL" : "skipped";
            String error = status == Status.SKIPPED ? "-" : String.format(Locale.ROOT, "%.2e", maxError);
            return String.format(Locale.ROOT, "%-26s %-9s max error %-9s %s", id, word, error, detail);
        }
    }
}
