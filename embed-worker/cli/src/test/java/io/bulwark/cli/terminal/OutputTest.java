package io.bulwark.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OutputTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void people_get_the_text_and_the_notes() {
        Output output = output("bank import", false);

        output.print("3 references", Map.of("imported", 3));
        output.note("took a while");

        assertThat(out.toString()).isEqualToIgnoringNewLines("3 references");
        assertThat(err.toString()).isEqualToIgnoringNewLines("took a while");
    }

    /** A log of the first minute stood still while copies were attacked. */
    @Test
    void without_a_terminal_progress_is_noted_now_and_then() {
        AtomicLong now = new AtomicLong();
        try (Progress progress = Progress.noted("attacking", 12, output("demo", false), now::get)) {
            progress.step();
            now.addAndGet(Progress.PAUSE.toNanos());
            progress.stepBy(2);
            progress.step();
        }

        assertThat(err.toString()).isEqualToIgnoringNewLines("attacking: 3 of 12");
    }

    @Test
    void machines_get_one_object_a_line_that_names_its_command_and_no_notes() {
        output("bank import", true).print("3 references", Map.of("imported", 3));
        Output output = output("users remove", true);
        output.print("removed", Map.of("name", "line\nbreak"));
        output.note("took a while");

        assertThat(out.toString().lines())
                .containsExactly(
                        "{\"command\":\"bank import\",\"imported\":3}",
                        "{\"command\":\"users remove\",\"name\":\"line\\nbreak\"}");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void numbers_that_json_does_not_have_are_null() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("step", 1);
        for (String name : List.of("loss", "cleanCosine", "robustCosine", "everydayCosine", "headAgreement")) {
            fields.put(name, Double.NaN);
        }
        fields.put("cleanAccuracy", Float.NaN);
        fields.put("robustAccuracy", Double.POSITIVE_INFINITY);
        fields.put("heldOutLoss", 0.5f);
        fields.put("imagesPerSecond", 2.5);
        fields.put("coreHours", 0.125);

        output("train fare", true).print("step 1", fields);

        assertThat(out.toString())
                .contains("\"loss\":null")
                .contains("\"cleanAccuracy\":null,\"robustAccuracy\":null,\"heldOutLoss\":0.5,\"imagesPerSecond\":2.5");
    }

    @Test
    void fields_that_are_no_json_are_a_defect_that_names_them() {
        Output output = output("users remove", true);

        assertThatThrownBy(() -> output.print("", Map.of("thread", new Object())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("thread");
    }

    @Test
    void progress_is_silent_where_nobody_looks() {
        try (Progress progress = Progress.of("embedding", 3, output("embed", true))) {
            progress.step();
            progress.stepBy(2);
        }

        assertThat(out.toString() + err).isEmpty();
    }

    private Output output(String command, boolean json) {
        return new Output(command, json, new PrintWriter(out), new PrintWriter(err));
    }
}
