package io.bulwark.stream.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.stream.access.HopTokens;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.query.Answer;
import io.bulwark.stream.query.Answer.Freshness;
import io.bulwark.stream.query.Answer.Page;
import io.bulwark.stream.query.Peers;
import io.bulwark.stream.query.Peers.Question;
import io.bulwark.stream.query.StateQueries;
import io.bulwark.stream.runtime.InstanceAddress;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Turns a question to the state into an HTTP answer, over one hop where another instance holds the key. Where the
 * holder is silent, a standby answers, and the answer says that it may lag behind: {@value #STALE}.
 *
 * <p>For a list of what lies on all instances, each is asked for what it holds itself. A list from which an instance is
 * missing would look whole, so it is a problem that names the instance.
 */
@Singleton
class Questions {

    /** Says of an answer that it comes from a standby. */
    static final String STALE = "Bulwark-Stale";

    /** Says of a hop that a standby may answer. */
    static final String STANDBY = "Bulwark-Standby";

    /** Says on a hop how far an instance looked, percent-encoded; it is not there where that is the end. */
    static final String REACHED = "Bulwark-Reached";

    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final Peers peers;
    private final HopTokens tokens;
    private final InstanceAddress self;
    private final StateQueries state;
    private final ObjectMapper json;

    Questions(Peers peers, HopTokens tokens, InstanceAddress self, StateQueries state, ObjectMapper json) {
        this.peers = peers;
        this.tokens = tokens;
        this.self = self;
        this.state = state;
        this.json = json;
    }

    /** What this instance holds. */
    StateQueries state() {
        return state;
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
                .orElseGet(() -> silent(elsewhere.holder()).response());
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

    /**
     * @param question as the others are asked; a question that hopped is answered from this instance alone
     * @return the parts of all instances, in no order
     * @throws ProblemException where an instance does not answer
     */
    <T> List<T> list(Question question, Asker asker, Supplier<Answer<List<T>>> here, TypeReference<List<T>> type) {
        return parts(question, asker, () -> here.get().map(all -> new Page<>(all, Optional.empty())), type).stream()
                .flatMap(part -> part.values().stream())
                .toList();
    }

    /**
     * As {@link #list}, of a list that goes on.
     *
     * @return what each instance found, and how far it looked
     */
    <T> List<Page<T>> parts(
            Question question, Asker asker, Supplier<Answer<Page<T>>> here, TypeReference<List<T>> type) {
        List<Page<T>> all = new ArrayList<>(List.of(local(here.get())));
        if (asker.isFirstHand()) {
            for (InstanceAddress instance : state.instances()) {
                if (!instance.equals(self)) {
                    all.add(remote(instance, question, asker, type));
                }
            }
        }
        return all;
    }

    private static <T> Page<T> local(Answer<Page<T>> answer) {
        if (answer instanceof Answer.Found<Page<T>> found) {
            return found.value();
        }
        if (answer instanceof Answer.Absent<Page<T>>) {
            return new Page<>(List.of(), Optional.empty());
        }
        throw answer instanceof Answer.NotReady<Page<T>> notReady
                ? Problem.NOT_READY.with(notReady.why())
                : Problem.NOT_READY.exception();
    }

    private <T> Page<T> remote(InstanceAddress instance, Question question, Asker asker, TypeReference<List<T>> type) {
        HttpResponse<String> answer = ask(instance, question, asker)
                .filter(response -> response.statusCode() == OK)
                .orElseThrow(() -> silent(instance));
        try {
            return new Page<>(
                    json.readValue(answer.body(), type),
                    answer.headers().firstValue(REACHED).map(Questions::decoded));
        } catch (JsonProcessingException otherVersion) {
            throw silent(instance);
        }
    }

    static ProblemException silent(InstanceAddress holder) {
        return Problem.HOLDER_SILENT.with("Instance " + holder + " holds this and does not answer.");
    }

    private static String decoded(String id) {
        return URLDecoder.decode(id, StandardCharsets.UTF_8);
    }
}
