package io.bulwark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellBlockTest {

    /** Against bash itself, with a function that prints the words of each of its calls. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "say a 'b c' \"d e\" f\\ g",
                "X=1 Y=\"$X 2\"; say $Y \"$Y\" ${X}3 # not $Z",
                "say a > /dev/null; say b 2>/dev/null | cat; say c && say d",
                "for i in 1 2; do say $i; break; done",
                "{ say a; } ; ( say b ); ! say c",
                "cat <<'END' >/dev/null\nsay from the document\nEND\nsay after",
                "say a \\\n    b",
                "X=''; say a $X b"
            })
    void itReadsWhatBashWouldRun(String block) throws IOException, InterruptedException {
        String say = "say() { printf '%s|' say \"$@\" >&9; echo >&9; }\n";
        Process bash = new ProcessBuilder("bash", "-c", "exec 9>&1 >/dev/null\n" + say + block).start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        bash.waitFor();

        assertThat(ShellBlock.read(block).commands().stream()
                        .filter(words -> words.get(0).equals("say"))
                        .map(words -> String.join("|", words) + "|"))
                .containsExactlyElementsOf(said.lines().toList());
    }

    @Test
    void whatIsUsedBeforeItIsSetIsUnset() {
        ShellBlock block = ShellBlock.read("S=1; say $S \"$T\" $(echo $U) '$V' \\$W ${X#y} $1; X=2 say; T=3");
        assertThat(block.unset()).containsExactlyInAnyOrder("T", "U", "X");
    }

    @Test
    void whatAFunctionIsCalledWithIsUnknown() {
        assertThat(ShellBlock.read("take() { # LABEL FOLDER...\n  say \"$1\" \"${@:2}\" $@\n}")
                        .commands())
                .endsWith(List.of("say", ShellBlock.UNKNOWN, ShellBlock.ARGUMENTS, ShellBlock.ARGUMENTS));
    }

    @Test
    void whatACommandPrintsIsUnknownAndTheCommandIsOneOfTheBlocks() {
        assertThat(ShellBlock.read("say \"key: $(openssl rand -hex 32)\"").commands())
                .containsExactly(
                        List.of("openssl", "rand", "-hex", "32"), List.of("say", "key: " + ShellBlock.UNKNOWN));
    }
}
