package io.bulwark.cli.options;

import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.perception.hub.DownloadProgress;

/** One bar after the other, for each file of a model that is fetched. One thread. */
final class DownloadBars implements DownloadProgress, AutoCloseable {

    private final Output output;
    private String file = "";
    private Progress bar;
    private long shown;

    DownloadBars(Output output) {
        this.output = output;
    }

    @Override
    public void advanced(String name, long done, long size) {
        if (!name.equals(file) || done < shown) {
            close();
            output.note("fetching %s, %d bytes".formatted(name, size));
            bar = Progress.of(name, size, output);
            file = name;
            shown = 0;
        }
        bar.stepBy(done - shown);
        shown = done;
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
