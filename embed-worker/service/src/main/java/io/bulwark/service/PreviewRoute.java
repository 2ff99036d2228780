package io.bulwark.service;

import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.schemas.preview.PreviewTokens;
import io.bulwark.service.preview.PreviewAnswer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

/** Pictures over HTTP; only where this process shows some. */
@ApplicationScoped
class PreviewRoute {

    private static final String RETRY_SECONDS = "1";

    @Inject
    WorkerPod pod;

    void register(@Observes Router router) {
        pod.preview()
                .ifPresent(server -> router.get("/preview/*")
                        .handler(context -> server.ask(
                                context.request().uri(),
                                context.request().getHeader(PreviewTokens.HEADER),
                                answer -> answer(context, answer))));
    }

    private static void answer(RoutingContext context, PreviewAnswer answer) {
        HttpServerResponse response = context.response();
        if (response.closed() || response.ended()) {
            return;
        }
        response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Content-Security-Policy", "default-src 'none'");
        if (answer instanceof PreviewAnswer.Shown shown) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "image/jpeg")
                    .putHeader(PreviewQuestion.FRAMES_HEADER, Integer.toString(shown.frames()))
                    .end(Buffer.buffer(shown.jpeg()));
            return;
        }
        PreviewAnswer.Refused refused = (PreviewAnswer.Refused) answer;
        if (refused.kind().status() == 503) {
            response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        }
        response.setStatusCode(refused.kind().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                .end(new JsonObject(refused.kind().body(refused.detail())).encode());
    }
}
