package io.bulwark.stream.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.ProblemException;
import io.bulwark.stream.query.Answer;
import io.bulwark.stream.query.Page;
import io.bulwark.stream.query.Question;
import io.bulwark.stream.query.StateQueries;
import io.bulwark.stream.runtime.InstanceAddress;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Lists of what lies on all instances. Each is asked for what it holds itself. A list from which an instance is missing
 * would look whole, so it is a problem that names the instance.
 */
@Singleton
class Everywhere {

    /** Says on a hop how far an instance looked, percent-encoded; it is not there where that is the end. */
    static final String REACHED = "Bulwark-Reached";

    private static final int OK = 200;

    private final StateQueries state;
    private final Questions questions;
    private final InstanceAddress self;
    private final ObjectMapper json;

    Everywhere(StateQueries state, Questions questions, InstanceAddress self, ObjectMapper json) {
        this.state = state;
        this.questions = questions;
        this.self = self;
        this.json = json;
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
        HttpResponse<String> answer = questions
                .ask(instance, question, asker)
                .filter(response -> response.statusCode() == OK)
                .orElseThrow(() -> silent(instance));
        try {
            return new Page<>(
                    json.readValue(answer.body(), type),
                    answer.headers().firstValue(REACHED).map(Everywhere::decoded));
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
