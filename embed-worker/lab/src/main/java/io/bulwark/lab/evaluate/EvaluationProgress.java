package io.bulwark.lab.evaluate;

/** Told how an evaluation goes on. Called on the evaluating thread. */
public interface EvaluationProgress {

    /**
     * A stage begins.
     *
     * @param stage {@code clean}, or a threat model
     * @param questions that it has to answer or attack
     */
    void begin(String stage, int questions);

    /**
     * Part of the stage is done.
     *
     * @param questions more that are done
     * @param fooled of these, the ones answered as the attacker wants
     */
    void advanced(int questions, int fooled);

    /** Reports nothing. */
    static EvaluationProgress silent() {
        return new EvaluationProgress() {
            @Override
            public void begin(String stage, int questions) {}

            @Override
            public void advanced(int questions, int fooled) {}
        };
    }
}
