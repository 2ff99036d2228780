package io.bulwark.lab.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void people_get_the_text_and_the_notes() {
        Output output = output(false);

        output.print("3 references", Map.of("references", 3));
        output.note("took a while");

        assertThat(out.toString()).isEqualToIgnoringNewLines("3 references");
        assertThat(err.toString()).isEqualToIgnoringNewLines("took a while");
    }

    @Test
    void machines_get_one_object_a_line_and_no_notes() {
        Output output = output(true);

        output.print("3 references", Map.of("references", List.of(1, 2, 3)));
        output.print("none", Map.of("note", "line\nbreak"));
        output.note("took a while");

        assertThat(out.toString().lines()).containsExactly("{\"references\":[1,2,3]}", "{\"note\":\"line\\nbreak\"}");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void fields_that_are_no_json_are_a_defect_that_names_them() {
        assertThatThrownBy(() -> Output.toJson(Map.of("thread", new Object())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("thread");
    }

    @Test
    void progress_is_silent_where_nobody_looks() {
        try (Progress progress = Progress.of("embedding", 3, output(true))) {
            progress.step();
            progress.stepBy(2);
        }

        assertThat(out.toString() + err).isEmpty();
    }

    private Output output(boolean json) {
        return new Output(json, new PrintWriter(out), new PrintWriter(err));
    }
}
