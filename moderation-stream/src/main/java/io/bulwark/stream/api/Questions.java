package io.bulwark.stream.api;

import io.bulwark.stream.access.HopTokens;
import io.bulwark.stream.query.Answer;
import io.bulwark.stream.query.Peers;
import io.bulwark.stream.query.Question;
import io.bulwark.stream.runtime.InstanceAddress;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Turns a question to the state into an HTTP answer, over one hop where another instance holds the key. */
@Singleton
class Questions {

    private final Peers peers;
    private final HopTokens tokens;

    Questions(Peers peers, HopTokens tokens) {
        this.peers = peers;
        this.tokens = tokens;
    }

    /**
     * @param question as a peer is asked
     * @param asker who asks, and whether the question has hopped already
     * @param local asks this instance
     * @param visible what of the answer the asker may see; empty where that is nothing, which looks as if there were none
     * @param absent what "not found" looks like
     */
    <T> Response answer(
            Question question,
            Asker asker,
            Function<String, Answer<T>> local,
            Function<T, Optional<T>> visible,
            Supplier<Response> absent) {
        Answer<T> answer = local.apply(question.key());
        if (answer instanceof Answer.Found<T> found) {
            return visible.apply(found.value())
                    .map(value ->
                            Response.ok(value, MediaType.APPLICATION_JSON_TYPE).build())
                    .orElseGet(absent);
        }
        if (answer instanceof Answer.NotReady<T> notReady) {
            return Problem.notReady(notReady.why());
        }
        if (answer instanceof Answer.Elsewhere<T> elsewhere) {
            return asker.isFirstHand()
                    ? hop(elsewhere.holder(), question, asker)
                    : Problem.notReady("The instances are agreeing on who holds which key.");
        }
        return absent.get();
    }

    /** An empty list, for questions whose "not found" is no problem. */
    static Response none() {
        return Response.ok(List.of(), MediaType.APPLICATION_JSON_TYPE).build();
    }

    private Response hop(InstanceAddress holder, Question question, Asker asker) {
        Map<String, String> signed = tokens.sign(asker.visitor(), question.path())
                .map(token -> Map.of(HopTokens.HEADER, token))
                .orElse(Map.of());
        return peers.ask(holder, question, signed)
                .map(Questions::passedOn)
                .orElseGet(() -> Problem.holderSilent(holder.toString()));
    }

    private static Response passedOn(HttpResponse<String> theirs) {
        Response.ResponseBuilder ours = Response.status(theirs.statusCode()).entity(theirs.body());
        theirs.headers().firstValue(HttpHeaders.CONTENT_TYPE).ifPresent(ours::type);
        theirs.headers()
                .firstValue(HttpHeaders.RETRY_AFTER)
                .ifPresent(after -> ours.header(HttpHeaders.RETRY_AFTER, after));
        return ours.build();
    }
}
