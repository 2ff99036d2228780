package io.bulwark.service.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.service.score.ScoreTokens.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreTokensTest {

    /** {@code printf %s secret | sha256sum}. */
    private static final String DIGEST = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

    @TempDir
    Path folder;

    @Test
    void aTokenTellsWhoAsksAndForWhichTenant() throws IOException {
        ScoreTokens tokens = tokens("# ours\n\nbackend:shop:" + DIGEST + "\n");
        assertThat(tokens.caller("Bearer secret")).hasValue(new Caller("backend", "shop"));
    }

    @Test
    void whateverIsNoTokenOfOursIsNobodys() throws IOException {
        ScoreTokens tokens = tokens("backend:shop:" + DIGEST);
        assertThat(tokens.caller(null)).isEmpty();
        assertThat(tokens.caller("secret")).isEmpty();
        assertThat(tokens.caller("Bearer guessed")).isEmpty();
        assertThat(tokens.caller("Bearer " + DIGEST)).isEmpty();
        assertThat(tokens.caller("Basic secret")).isEmpty();
    }

    /** A script whose variable is not set writes the hash of nothing, and sends it. */
    @Test
    void anEmptyTokenIsNoTokenAndItsHashIsRefusedAtTheStart() throws IOException {
        String ofNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assertThatThrownBy(() -> tokens("backend:shop:" + DIGEST + "\nother:shop:" + ofNothing))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Line 2")
                .hasMessageContaining("bulwark.score.tokens-file")
                .hasMessageContaining("empty token");
        ScoreTokens tokens = tokens("backend:shop:" + DIGEST);
        assertThat(tokens.caller("Bearer ")).isEmpty();
        assertThat(tokens.caller("Bearer  \t")).isEmpty();
    }

    @Test
    void aFileThatIsNoneIsRefusedAtTheStartWithTheLineAndNotWhatIsInIt() {
        assertThatThrownBy(() -> tokens("backend:shop:" + DIGEST + "\nbackend:shop:secret"))
                .hasMessageContaining("Line 2")
                .hasMessageContaining("bulwark.score.tokens-file")
                .hasMessageNotContaining("shop:secret");
        assertThatThrownBy(() -> tokens("# a comment")).hasMessageContaining("has no tokens");
        assertThatThrownBy(() -> ScoreTokens.read(folder.resolve("missing"))).hasMessageContaining("cannot be read");
    }

    private ScoreTokens tokens(String text) throws IOException {
        return ScoreTokens.read(Files.writeString(folder.resolve("tokens"), text));
    }
}
