package io.bulwark.stream.picture;

import io.bulwark.stream.document.ExplanationDocument;

/** What came of asking where a decision comes from. Details are a sentence each. */
public sealed interface ExplanationAnswer {

    /** Here it is. */
    record Explained(ExplanationDocument document) implements ExplanationAnswer {}

    /** This picture is not explained, now or later. */
    record Unexplained(String detail) implements ExplanationAnswer {}

    /**
     * Not now.
     *
     * @param retrySeconds after which to ask again
     */
    record Busy(String detail, long retrySeconds) implements ExplanationAnswer {}

    /** Nobody explains just now, or ever with these settings. */
    record Unavailable(String detail) implements ExplanationAnswer {

        /** These settings name no explain server. */
        public static Unavailable notSet() {
            return new Unavailable("No explain server is set, so no decision is explained. Set bulwark.explain.url to a"
                    + " `bulwark explain-server`.");
        }
    }
}
