package io.bulwark.service;

import io.bulwark.schemas.preview.HttpRefusal;
import io.bulwark.service.ScoreBody.ScoreShape;
import io.bulwark.service.config.ScoreConfig;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.score.ScoreAnswer;
import io.bulwark.service.score.ScoreAnswer.Refused;
import io.bulwark.service.score.ScoreDesk;
import io.bulwark.service.score.ScoreDesk.Room;
import io.bulwark.service.score.ScoreDesk.ScoreQuestion;
import io.bulwark.service.score.ScoreTokens;
import io.bulwark.service.score.ScoreTokens.Caller;
import io.bulwark.service.telemetry.RequestTimer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code POST /api/v1/score}, and {@code POST /predict} where {@code bulwark.score.prescreen} says so; only where this
 * process gives decisions. A request is let in by its token, then takes a place,
 * and only then is its body read.
 */
@ApplicationScoped
class ScoreRoute {

    private static final String RETRY_SECONDS = "1";
    private static final long LINGER_MILLIS = 1_000;
    private static final String PLACE = "bulwark.place";
    private static final String CALLER = "bulwark.caller";
    private static final String SINCE = "bulwark.since";

    @Inject
    WorkerPod pod;

    void register(@Observes Router router) {
        pod.score().ifPresent(server -> register(router, server));
    }

    /** Registers the paths that the settings want. */
    static void register(Router router, DecisionSource server) {
        register(router, server, ScoreShape.SCORE);
        if (server.settings().prescreen()) {
            register(router, server, ScoreShape.PRESCREEN);
        }
    }

    private static void register(Router router, DecisionSource server, ScoreShape shape) {
        router.post(shape.path()).handler(context -> letIn(context, server));
        router.post(shape.path())
                .handler(BodyHandler.create(System.getProperty("java.io.tmpdir"))
                        .setBodyLimit(server.settings().maxBytes().asLongValue())
                        .setDeleteUploadedFilesOnEnd(true));
        router.post(shape.path())
                .blockingHandler(context -> judge(context, server, shape), false)
                .failureHandler(context -> failed(context, server));
    }

    private static void letIn(RoutingContext context, DecisionSource server) {
        Optional<Caller> caller = server.tokens().caller(context.request().getHeader(HttpHeaders.AUTHORIZATION));
        if (caller.isEmpty()) {
            refuse(
                    context,
                    server,
                    HttpRefusal.NO_TOKEN,
                    "A token of bulwark.score.tokens-file is needed, as Authorization: Bearer.");
            return;
        }
        Optional<Room.Hold> place = server.room().enter();
        if (place.isEmpty()) {
            refuse(
                    context,
                    server,
                    HttpRefusal.FULL,
                    server.settings().requests() + " requests are being answered (bulwark.score.requests).");
            return;
        }
        context.put(PLACE, place.get()).put(CALLER, caller.get()).put(SINCE, NanoClock.SYSTEM.nanos());
        // A client that sends too slowly gives the place back, and so does one that goes away.
        long timer = context.vertx()
                .setTimer(
                        server.settings().deadline().toMillis(),
                        late -> refuse(
                                context,
                                server,
                                HttpRefusal.OVERDUE,
                                "The request was not sent and judged in time (bulwark.score.deadline)."));
        context.addEndHandler(ended -> {
            context.vertx().cancelTimer(timer);
            place.get().leave();
        });
        context.next();
    }

    private static void judge(RoutingContext context, DecisionSource server, ScoreShape shape) {
        Optional<ScoreDesk> desk = server.desk();
        if (desk.isEmpty()) {
            refuse(
                    context,
                    server,
                    HttpRefusal.NOT_READY,
                    server.unreadiness().orElse("The process is about to stop") + ".");
            return;
        }
        List<ScoreQuestion> questions;
        try {
            questions = shape.questions(context, server.settings().images());
        } catch (ScoreBody.Unusable wrong) {
            refuse(context, server, wrong.kind(), wrong.getMessage());
            return;
        }
        long spent = NanoClock.SYSTEM.nanos() - context.<Long>get(SINCE);
        Duration left = server.settings().deadline().minusNanos(spent);
        Context loop = context.vertx().getOrCreateContext();
        desk.get()
                .ask(
                        context.get(CALLER),
                        questions,
                        context.get(PLACE),
                        left,
                        answer -> loop.runOnContext(now -> answer(context, answer, shape)));
    }

    private static void failed(RoutingContext context, DecisionSource server) {
        if (context.statusCode() == HttpRefusal.TOO_LARGE.status()) {
            refuse(
                    context,
                    server,
                    HttpRefusal.TOO_LARGE,
                    server.settings().maxBytes().asLongValue()
                            + " bytes are taken at a time (bulwark.score.max-bytes).");
        } else {
            refuse(context, server, HttpRefusal.MALFORMED_REQUEST, "The body cannot be read.");
        }
    }

    private static void answer(RoutingContext context, ScoreAnswer answer, ScoreShape shape) {
        if (answer instanceof Refused refused) {
            tell(context, refused);
            return;
        }
        HttpServerResponse response = context.response();
        if (!response.closed() && !response.ended()) {
            common(response)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(shape.answer(((ScoreAnswer.Scored) answer).images()).encode());
        }
    }

    private static void refuse(RoutingContext context, DecisionSource server, HttpRefusal kind, String detail) {
        if (tell(context, new Refused(kind, detail))) {
            server.metrics().answered(kind.type(), Duration.ZERO);
        }
    }

    /** Sends the refusal, unless an answer was sent before. */
    private static boolean tell(RoutingContext context, Refused refused) {
        HttpServerResponse response = context.response();
        if (response.closed() || response.ended()) {
            return false;
        }
        HttpRefusal kind = refused.kind();
        if (kind.comesAgain()) {
            response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        }
        if (kind == HttpRefusal.NO_TOKEN) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        // Who was let in and has not sent all: what has arrived is kept until the rest does, or the connection ends.
        boolean partly = context.get(PLACE) != null && !context.request().isEnded();
        if (partly) {
            response.putHeader(HttpHeaders.CONNECTION, "close");
        }
        Future<Void> told = common(response)
                .setStatusCode(kind.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                .end(new JsonObject(kind.body(refused.detail())).encode());
        if (partly) {
            told.onComplete(done -> drop(context, kind));
        }
        return true;
    }

    /**
     * Keeps nothing of a body that was answered before it had arrived, and ends its connection: at once where it did
     * not come in time, else a moment later, for a client that is still sending may miss an answer whose connection
     * breaks.
     */
    private static void drop(RoutingContext context, HttpRefusal kind) {
        HttpServerRequest request = context.request();
        if (kind == HttpRefusal.OVERDUE) {
            request.connection().close();
            return;
        }
        request.handler(null).endHandler(null);
        context.vertx().setTimer(LINGER_MILLIS, over -> request.connection().close());
    }

    private static HttpServerResponse common(HttpServerResponse response) {
        return response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store").putHeader("X-Content-Type-Options", "nosniff");
    }

    /** What the routes need of a process that gives decisions. Any thread. */
    interface DecisionSource {

        /** Of the requests. */
        ScoreConfig settings();

        /** Who may ask. */
        ScoreTokens tokens();

        /** For how many requests there is room. */
        Room room();

        /** Told of what the desk is not. */
        RequestTimer metrics();

        /** Who answers; empty while it does not. */
        Optional<ScoreDesk> desk();

        /** Why there is no desk. */
        Optional<String> unreadiness();
    }
}
