package io.bulwark.schemas.preview;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.preview.PreviewQuestion.ExplanationQuestion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplanationQuestionTest {

    private static final String HASH = "ab".repeat(32);

    @ParameterizedTest
    @ValueSource(strings = {"default", "a shop/ü & more", "*", "50%"})
    void whatWasWrittenIsRead(String tenant) {
        ExplanationQuestion question = new ExplanationQuestion(tenant, HASH);

        assertThat(ExplanationQuestion.parse(question.uri())).contains(question);
    }

    @Test
    void anythingElseIsNoQuestion() {
        assertThat(ExplanationQuestion.parse("/explain/" + HASH)).isEmpty();
        assertThat(ExplanationQuestion.parse("/explain/" + HASH + "?tenant=")).isEmpty();
        assertThat(ExplanationQuestion.parse("/explain/" + HASH + "?tenant=%zz"))
                .isEmpty();
        assertThat(ExplanationQuestion.parse("/explain/" + HASH + "?tenant=+")).isEmpty();
        assertThat(ExplanationQuestion.parse("/explain/AB?tenant=default")).isEmpty();
        assertThat(ExplanationQuestion.parse("/explain/" + HASH + "?tenant=default&more=1"))
                .isEmpty();
    }
}
