package io.bulwark.service.score;

import io.bulwark.events.Verdict;
import io.bulwark.schemas.preview.HttpRefusal;
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
    record Refused(HttpRefusal kind, String detail) implements ScoreAnswer {}

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
}
