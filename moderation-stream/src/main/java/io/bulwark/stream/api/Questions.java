package io.bulwark.stream.api;

import io.bulwark.stream.access.HopTokens;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.query.Answer;
import io.bulwark.stream.query.Answer.Freshness;
import io.bulwark.stream.query.Peers;
import io.bulwark.stream.query.Question;
import io.bulwark.stream.runtime.InstanceAddress;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Turns a question to the state into an HTTP answer, over one hop where another instance holds the key. Where the
 * holder is silent, a standby answers, and the answer says that it may lag behind: {@value #STALE}.
 */
@Singleton
class Questions {

    /** Says of an answer that it comes from a standby. */
    static final String STALE = "Bulwark-Stale";

    /** Says of a hop that a standby may answer. */
    static final String STANDBY = "Bulwark-Standby";

    private static final int UNAVAILABLE = 503;

    private final Peers peers;
    private final HopTokens tokens;
    private final InstanceAddress self;

    Questions(Peers peers, HopTokens tokens, InstanceAddress self) {
        this.peers = peers;
        this.tokens = tokens;
        this.self = self;
    }

    /**
     * @param question as a peer is asked
     * @param asker who asks, and whether the question has hopped already
     * @param local asks this instance
     * @param absent what "not found" looks like
     */
    <T> Response answer(
            Question question, Asker asker, Function<Freshness, Answer<T>> local, Supplier<Response> absent) {
        Answer<T> answer = local.apply(asker.takesStandby() ? Freshness.STANDBY : Freshness.ACTIVE);
        if (answer instanceof Answer.Found<T> found) {
            return found(found);
        }
        if (answer instanceof Answer.NotReady<T> notReady) {
            return Problem.NOT_READY.with(notReady.why()).response();
        }
        if (answer instanceof Answer.Elsewhere<T> elsewhere) {
            return asker.isFirstHand() ? hop(elsewhere, question, asker, local) : Problem.NOT_READY.response();
        }
        return absent.get();
    }

    /** An empty list, for questions whose "not found" is no problem. */
    static Response none() {
        return Response.ok(List.of(), MediaType.APPLICATION_JSON_TYPE).build();
    }

    /** Asks another instance for the asker; empty where it does not answer. */
    Optional<HttpResponse<String>> ask(InstanceAddress holder, Question question, Asker asker) {
        return ask(holder, question, asker, Map.of());
    }

    private Optional<HttpResponse<String>> ask(
            InstanceAddress holder, Question question, Asker asker, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(more);
        Optional<String> token = tokens.sign(asker.inTenant(), question.path());
        token.ifPresent(signed -> headers.put(HopTokens.HEADER, signed));
        return peers.ask(holder, token.isPresent() ? question : question.of(asker.oneTenant()), headers);
    }

    private <T> Response hop(
            Answer.Elsewhere<T> elsewhere, Question question, Asker asker, Function<Freshness, Answer<T>> local) {
        Optional<HttpResponse<String>> held = ask(elsewhere.holder(), question, asker);
        if (held.isPresent() && held.get().statusCode() != UNAVAILABLE) {
            return passedOn(held.get());
        }
        for (InstanceAddress standby : elsewhere.standbys()) {
            if (standby.equals(self)) {
                if (local.apply(Freshness.STANDBY) instanceof Answer.Found<T> found) {
                    return found(found);
                }
                continue;
            }
            Optional<HttpResponse<String>> copy = ask(standby, question, asker, Map.of(STANDBY, "yes"));
            if (copy.isPresent() && copy.get().statusCode() == Response.Status.OK.getStatusCode()) {
                return passedOn(copy.get());
            }
        }
        return held.map(Questions::passedOn)
                .orElseGet(() -> Everywhere.silent(elsewhere.holder()).response());
    }

    private static Response found(Answer.Found<?> found) {
        Response.ResponseBuilder answer = Response.ok(found.value(), MediaType.APPLICATION_JSON_TYPE);
        return (found.stale() ? answer.header(STALE, true) : answer).build();
    }

    private static Response passedOn(HttpResponse<String> theirs) {
        Response.ResponseBuilder ours = Response.status(theirs.statusCode()).entity(theirs.body());
        for (String header : List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.RETRY_AFTER, STALE)) {
            theirs.headers().firstValue(header).ifPresent(value -> ours.header(header, value));
        }
        return ours.build();
    }
}
