package io.bulwark.service;

import io.bulwark.events.Decision;
import io.bulwark.schemas.preview.HttpRefusal;
import io.bulwark.service.score.RecordJson;
import io.bulwark.service.score.ScoreAnswer.Result;
import io.bulwark.service.score.ScoreDesk.ScoreQuestion;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.FileUpload;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The images of a request: parts of {@code multipart/form-data}, each a file whose name is its id, or the list {@code
 * images} of a JSON object, each with a location. A multipart's form field {@code uploaderId} is for all its files.
 */
final class ScoreBody {

    private static final int LONGEST_ID = 200;

    private ScoreBody() {}

    /**
     * Reads the body, files from where they were put.
     *
     * @param most images that are taken
     * @throws Unusable with what to tell
     */
    static List<ScoreQuestion> questions(RoutingContext context, int most) {
        String type = Optional.ofNullable(context.request().getHeader(HttpHeaders.CONTENT_TYPE))
                .orElse("")
                .toLowerCase(Locale.ROOT);
        List<ScoreQuestion> questions;
        if (type.startsWith("multipart/form-data")) {
            questions = files(context, most);
        } else if (type.startsWith("application/json")) {
            questions = locations(context, most);
        } else {
            throw new Unusable(HttpRefusal.UNSUPPORTED, "multipart/form-data or application/json is taken.");
        }
        if (questions.isEmpty()) {
            throw new Unusable(HttpRefusal.MALFORMED_REQUEST, "There is no image in the request.");
        }
        return questions;
    }

    /** Reads files whose names mean nothing: each gets a new id. */
    static List<ScoreQuestion> unnamed(RoutingContext context, int most) {
        return questions(context, most).stream()
                .map(question -> new ScoreQuestion(id(""), question.uploaderId(), question.content()))
                .toList();
    }

    private static List<ScoreQuestion> files(RoutingContext context, int most) {
        requireAtMost(most, context.fileUploads().size());
        Optional<String> uploader = text(context.request().getFormAttribute("uploaderId"), "uploaderId");
        List<ScoreQuestion> questions = new ArrayList<>();
        for (FileUpload upload : context.fileUploads()) {
            try {
                questions.add(ScoreQuestion.inline(
                        id(Optional.ofNullable(upload.fileName()).orElse("")),
                        uploader,
                        Files.readAllBytes(Path.of(upload.uploadedFileName()))));
            } catch (IOException gone) {
                throw new Unusable(
                        HttpRefusal.NOT_READY, "The file could not be kept for as long as it takes to judge it.");
            }
        }
        return questions;
    }

    private static List<ScoreQuestion> locations(RoutingContext context, int most) {
        JsonArray images;
        try {
            JsonObject body = Optional.ofNullable(context.body().asJsonObject()).orElseGet(JsonObject::new);
            images = Optional.ofNullable(body.getJsonArray("images")).orElseGet(JsonArray::new);
        } catch (DecodeException | ClassCastException wrong) {
            throw new Unusable(HttpRefusal.MALFORMED_REQUEST, "The body is no JSON object with a list \"images\".");
        }
        requireAtMost(most, images.size());
        List<ScoreQuestion> questions = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            if (!(images.getValue(i) instanceof JsonObject image)) {
                throw new Unusable(
                        HttpRefusal.MALFORMED_REQUEST, "Each of \"images\" is an object with a \"location\".");
            }
            String location = text(image.getValue("location"), "location")
                    .orElseThrow(() ->
                            new Unusable(HttpRefusal.MALFORMED_REQUEST, "Each of \"images\" has a \"location\"."));
            questions.add(ScoreQuestion.at(
                    id(text(image.getValue("imageId"), "imageId").orElse("")),
                    text(image.getValue("uploaderId"), "uploaderId"),
                    location,
                    text(image.getValue("sha256"), "sha256")));
        }
        return questions;
    }

    private static void requireAtMost(int most, int found) {
        if (found > most) {
            throw new Unusable(
                    HttpRefusal.TOO_LARGE,
                    found + " images, and " + most + " are taken at a time (bulwark.score.images).");
        }
    }

    private static Optional<String> text(Object value, String name) {
        if (value == null || "".equals(value)) {
            return Optional.empty();
        }
        if (value instanceof String text && text.length() <= (name.equals("location") ? 4_096 : LONGEST_ID)) {
            return Optional.of(text);
        }
        throw new Unusable(HttpRefusal.MALFORMED_REQUEST, "\"" + name + "\" is no text, or too long.");
    }

    /** A new name if it has none, so that no two images share an embedding. */
    private static String id(String given) {
        if (given.length() > LONGEST_ID) {
            throw new Unusable(
                    HttpRefusal.MALFORMED_REQUEST, "An image's id has " + LONGEST_ID + " characters at most.");
        }
        return given.isBlank() ? "score-" + UUID.randomUUID() : given;
    }

    /** The request holds nothing that can be judged. */
    static final class Unusable extends RuntimeException {

        private final transient HttpRefusal kind;

        Unusable(HttpRefusal kind, String message) {
            super(message);
            this.kind = kind;
        }

        HttpRefusal kind() {
            return kind;
        }
    }

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
         * That of hepa's prescreen client (bluesky-social/indigo, automod/visual/prescreen.go): files without names of
         * their own, and one word. It is {@code sfw} where every image is SAFE, and {@code nsfw} otherwise.
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
}
