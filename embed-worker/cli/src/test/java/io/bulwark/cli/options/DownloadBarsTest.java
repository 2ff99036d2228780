package io.bulwark.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.options.ModelOptions.DownloadBars;
import io.bulwark.cli.terminal.Output;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class DownloadBarsTest {

    private final StringWriter err = new StringWriter();

    @Test
    void each_file_is_named_once_however_often_it_advances() {
        advance(new Output("embed", false, new PrintWriter(new StringWriter()), new PrintWriter(err, true)));

        assertThat(err.toString().lines())
                .containsExactly("fetching config.json, 2 bytes", "fetching model.safetensors, 900 bytes");
    }

    @Test
    void machines_hear_nothing() {
        advance(new Output("embed", true, new PrintWriter(new StringWriter()), new PrintWriter(err, true)));

        assertThat(err.toString()).isEmpty();
    }

    @Test
    void a_file_that_begins_anew_is_named_again() {
        Output output = new Output("embed", false, new PrintWriter(new StringWriter()), new PrintWriter(err, true));
        try (DownloadBars bars = new DownloadBars(output)) {
            bars.advanced("model.safetensors", 500, 900);
            bars.advanced("model.safetensors", 100, 900);
        }

        assertThat(err.toString().lines()).hasSize(2);
    }

    private static void advance(Output output) {
        try (DownloadBars bars = new DownloadBars(output)) {
            bars.advanced("config.json", 2, 2);
            bars.advanced("model.safetensors", 300, 900);
            bars.advanced("model.safetensors", 900, 900);
        }
    }
}
