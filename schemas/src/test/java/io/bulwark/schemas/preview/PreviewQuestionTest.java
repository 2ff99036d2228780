package io.bulwark.schemas.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreviewQuestionTest {

    private static final String SHA256 = "0f".repeat(32);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsAskedIsUnderstood(boolean strip) {
        PreviewQuestion asked = new PreviewQuestion("images.deferred", 11, Long.MAX_VALUE / 1000, SHA256, strip);
        assertThat(PreviewQuestion.parse(asked.uri())).contains(asked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/preview/moderation.verdicts/0/0?sha256=H",
                "/preview/images.uploaded/-1/0?sha256=H",
                "/preview/acme/images.uploaded/0/0?sha256=H",
                "/preview/images.uploaded/0/x?sha256=H",
                "/preview/images.uploaded/0/0",
                "/preview/images.uploaded/0/0?sha256=H&frames=all",
                "/preview/images.uploaded/0/0?sha256=H&sha256=H",
                "/preview/images.uploaded/0/99999999999999999999?sha256=H",
                "/preview/images.uploaded/9999999999/0?sha256=H",
                "/preview/images.uploaded/0/0?sha256=0F0F",
                "/preview/../q/health?sha256=H",
                ""
            })
    void anythingElseIsNoQuestion(String uri) {
        assertThat(PreviewQuestion.parse(uri.replace("=H", "=" + SHA256))).isEmpty();
    }

    @Test
    void aQuestionMayNameUploadsUnderAnyPrefix() {
        PreviewQuestion asked = new PreviewQuestion("Acme-2_x.images.uploaded", 0, 7, SHA256, false);
        assertThat(PreviewQuestion.parse(asked.uri())).contains(asked);
        assertThatThrownBy(() -> new PreviewQuestion("images.uploaded.acme", 0, 0, SHA256, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void recordsOfOtherTopicsAreNoUploads() {
        assertThatThrownBy(() -> new PreviewQuestion("moderation.schemas", 0, 0, SHA256, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("moderation.schemas");
        assertThatThrownBy(() -> new PreviewQuestion("images.uploaded", 0, 0, SHA256.toUpperCase(), false))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
