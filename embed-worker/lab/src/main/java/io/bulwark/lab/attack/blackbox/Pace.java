package io.bulwark.lab.attack.blackbox;

/**
 * How far the queries of one sample go. A defence that holds back what lies near earlier content answers the same to
 * all of an attack's small steps. Who adapts to it enlarges them while too many are held back, and makes them smaller
 * again while few are: the idea of OARS (Feng et al., "Stateful Defenses for Machine Learning Models Are Not Yet Secure
 * Against Black-box Attacks", CCS 2023). One thread.
 */
final class Pace {

    /** Share of recent queries that may be held back before the steps grow. */
    private static final double PATIENCE = 0.5;

    private static final double LARGER = 1.5;
    private static final double SMALLER = 0.9;
    private static final double LARGEST = 32;

    private final boolean adapts;
    private double factor = 1;

    private Pace(boolean adapts) {
        this.adapts = adapts;
    }

    /** Goes on as if nothing were held back. */
    static Pace steady() {
        return new Pace(false);
    }

    /** Listens to what is held back. */
    static Pace adapting() {
        return new Pace(true);
    }

    boolean adapts() {
        return adapts;
    }

    /** By how much usual steps are enlarged: 1 and more. */
    double factor() {
        return factor;
    }

    /** Some more queries were answered. */
    void heard(int held, int answers) {
        if (adapts && answers > 0) {
            boolean tooMany = (double) held / answers > PATIENCE;
            factor = Math.max(1, Math.min(LARGEST, factor * (tooMany ? LARGER : SMALLER)));
        }
    }
}
