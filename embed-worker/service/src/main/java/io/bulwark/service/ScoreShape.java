package io.bulwark.service;

import io.bulwark.events.Decision;
import io.bulwark.service.score.RecordJson;
import io.bulwark.service.score.ScoreAnswer.Result;
import io.bulwark.service.score.ScoreQuestion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** How questions and answers of one address are written. */
enum ScoreShape {
    /** Our own: each image with its verdict. */
    SCORE("/api/v1/score") {
        @Override
        List<ScoreQuestion> questions(RoutingContext context, int most) {
            return ScoreBody.questions(context, most);
        }

        @Override
        JsonObject answer(List<Result> results) {
            JsonArray images = new JsonArray();
            results.forEach(result -> images.add(json(result)));
            return new JsonObject().put("images", images);
        }
    },

    /**
     * That of hepa's prescreen client (bluesky-social/indigo, automod/visual/prescreen.go): files without names of their own,
     * and one word. It is {@code sfw} where every image is SAFE, and {@code nsfw} otherwise.
     */
    PRESCREEN("/predict") {
        @Override
        List<ScoreQuestion> questions(RoutingContext context, int most) {
            return ScoreBody.unnamed(context, most);
        }

        @Override
        JsonObject answer(List<Result> results) {
            boolean safe = results.stream()
                    .allMatch(result -> result instanceof Result.Judged judged
                            && judged.verdict().getDecision() == Decision.SAFE);
            return new JsonObject().put("result", safe ? "sfw" : "nsfw");
        }
    };

    private final String path;

    ScoreShape(String path) {
        this.path = path;
    }

    String path() {
        return path;
    }

    /**
     * Reads a request.
     *
     * @param most images that are taken
     * @throws ScoreBody.Unusable with what to tell
     */
    abstract List<ScoreQuestion> questions(RoutingContext context, int most);

    /** The body of an answer. */
    abstract JsonObject answer(List<Result> results);

    private static JsonObject json(Result result) {
        if (result instanceof Result.Judged judged) {
            return new JsonObject()
                    .put("imageId", judged.verdict().getImageId())
                    .put("decision", judged.verdict().getDecision().name())
                    .put("score", judged.verdict().getScore())
                    .put("verdict", new JsonObject(RecordJson.of(judged.verdict())));
        }
        Result.Unjudged unjudged = (Result.Unjudged) result;
        return new JsonObject()
                .put("imageId", unjudged.imageId())
                .put(
                        "problem",
                        new JsonObject()
                                .put("type", "urn:bulwark:problem:" + unjudged.type())
                                .put("detail", unjudged.detail()));
    }
}
