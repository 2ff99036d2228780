package io.bulwark.stream.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.stream.query.Answer;
import io.bulwark.stream.query.Question;
import io.bulwark.stream.query.StateQueries;
import io.bulwark.stream.runtime.InstanceAddress;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Lists of what lies on all instances. Each is asked for what it holds itself. A list from which an instance is missing
 * would look whole, so it is a problem that names the instance.
 */
@Singleton
class Everywhere {

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
     * @throws WebApplicationException where an instance does not answer
     */
    <T> List<T> list(Question question, Asker asker, Supplier<Answer<List<T>>> here, TypeReference<List<T>> type) {
        List<T> all = new ArrayList<>(local(here.get()));
        if (asker.isFirstHand()) {
            for (InstanceAddress instance : state.instances()) {
                if (!instance.equals(self)) {
                    all.addAll(remote(instance, question, asker, type));
                }
            }
        }
        return all;
    }

    private static <T> List<T> local(Answer<List<T>> answer) {
        if (answer instanceof Answer.Found<List<T>> found) {
            return found.value();
        }
        if (answer instanceof Answer.Absent<List<T>>) {
            return List.of();
        }
        throw new WebApplicationException(Problem.notReady(
                answer instanceof Answer.NotReady<List<T>> notReady
                        ? notReady.why()
                        : "The instances are agreeing on who holds which key."));
    }

    private <T> List<T> remote(InstanceAddress instance, Question question, Asker asker, TypeReference<List<T>> type) {
        HttpResponse<String> answer = questions
                .ask(instance, question, asker)
                .filter(response -> response.statusCode() == OK)
                .orElseThrow(() -> new WebApplicationException(Problem.holderSilent(instance.toString())));
        try {
            return json.readValue(answer.body(), type);
        } catch (JsonProcessingException otherVersion) {
            throw new WebApplicationException(otherVersion, Problem.holderSilent(instance.toString()));
        }
    }
}
