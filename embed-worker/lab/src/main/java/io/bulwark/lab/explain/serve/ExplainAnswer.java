package io.bulwark.lab.explain.serve;

/** The answer to a question. */
sealed interface ExplainAnswer {

    /**
     * Here it is.
     *
     * @param json an {@link Explanation}
     */
    record Explained(byte[] json) implements ExplainAnswer {}

    /**
     * There is none.
     *
     * @param detail one sentence
     * @param retrySeconds after which to ask again; 0 where that makes no difference
     */
    record Refused(Kind kind, String detail, long retrySeconds) implements ExplainAnswer {}

    /** Why there is none. */
    enum Kind {
        /** The question does not come from a program of this deployment. */
        NO_TOKEN(401, "no-token", "No token"),
        /** The question is none, or the body is not what it names. */
        MALFORMED(400, "malformed", "Malformed question"),
        /** The body is no picture that this decoder reads. */
        UNDECODABLE(422, "picture-undecodable", "Picture undecodable"),
        /** There is nothing to be near to. */
        NO_MARGIN(409, "no-margin", "No margin"),
        /** As many wait as may. */
        BUSY(503, "busy", "Busy"),
        /** It was not ready in time. */
        OVERDUE(503, "overdue", "Overdue"),
        /** A defect. */
        FAILED(500, "failed", "Failed");

        private final int status;
        private final String type;
        private final String title;

        Kind(int status, String type, String title) {
            this.status = status;
            this.type = type;
            this.title = title;
        }

        /** As HTTP has it. */
        int status() {
            return status;
        }

        /** The last part of the problem's type. */
        String type() {
            return type;
        }

        /** For people. */
        String title() {
            return title;
        }
    }
}
