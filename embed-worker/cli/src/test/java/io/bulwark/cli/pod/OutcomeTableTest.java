package io.bulwark.cli.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table that {@code embed-worker/docs/outcomes.md} has between its marks is that of {@link HostileInput}. */
class OutcomeTableTest {

    private static final String MARK = "<!-- outcomes -->";

    @Test
    void the_page_lists_every_input_with_the_answer_that_a_worker_is_held_to() throws IOException {
        Path written =
                Files.writeString(Files.createDirectories(Path.of("target")).resolve("outcomes.md"), table());
        Path file = Path.of(System.getProperty("bulwark.home"), "embed-worker/docs/outcomes.md");
        String page = Files.readString(file);

        assertThat(page)
                .as(
                        "outcomes.md has the mark %s before and after its table; the table to put there is %s",
                        MARK, written)
                .contains(MARK);
        assertThat(page.split(MARK, -1)[1].strip())
                .as("outcomes.md's table of outcomes; the right one is %s", written)
                .isEqualTo(table().strip());
    }

    private static String table() {
        return Arrays.stream(HostileInput.values())
                .map(input ->
                        "| " + input.description() + " | " + input.answer().text() + " |")
                .collect(Collectors.joining("\n", "| input | answer |\n|---|---|\n", "\n"));
    }
}
