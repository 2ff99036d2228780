package io.bulwark.service.score;

import io.bulwark.events.Verdict;
import java.util.List;

/** The answer to a request. */
public sealed interface ScoreAnswer {

    /**
     * Every image has its result, in the order of the questions.
     *
     * @param images as many as there were questions
     */
    record Scored(List<Result> images) implements ScoreAnswer {}

    /**
     * Nothing was judged, or not in time.
     *
     * @param detail one sentence; holds no location and no content
     */
    record Refused(Kind kind, String detail) implements ScoreAnswer {}

    /** What became of one image. */
    sealed interface Result {

        /** As the stream would have decided. */
        record Judged(Verdict verdict) implements Result {}

        /**
         * It has no verdict.
         *
         * @param type name for programs
         * @param detail one sentence
         */
        record Unjudged(String imageId, String type, String detail) implements Result {}
    }

    /** Why a request has no results. */
    enum Kind {
        /** The token is none of ours, or there is none. */
        NO_TOKEN(401, "no-token", "No token"),
        /** The request is none. */
        MALFORMED(400, "malformed", "Malformed request"),
        /** It has more bytes or images than are taken. */
        TOO_LARGE(413, "too-large", "Too large"),
        /** Neither multipart nor JSON. */
        UNSUPPORTED(415, "unsupported-media-type", "Unsupported media type"),
        /** As many as there is room for are being answered. */
        FULL(429, "full", "Full"),
        /** Bank, policy or Kafka are not there. */
        NOT_READY(503, "not-ready", "Not ready"),
        /** It was not done in time. */
        OVERDUE(504, "overdue", "Overdue");

        private final int status;
        private final String type;
        private final String title;

        Kind(int status, String type, String title) {
            this.status = status;
            this.type = type;
            this.title = title;
        }

        /** Of HTTP. */
        public int status() {
            return status;
        }

        /** Name for programs, what follows {@code urn:bulwark:problem:}. */
        public String type() {
            return type;
        }

        /** Name for people. */
        public String title() {
            return title;
        }

        /** Whether the same request may be answered a moment later. */
        public boolean comesAgain() {
            return this == FULL || this == NOT_READY;
        }
    }
}
