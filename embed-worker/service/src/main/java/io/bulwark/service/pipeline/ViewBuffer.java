package io.bulwark.service.pipeline;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.service.pipeline.ViewBatcher.Batch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;

/** The pixels of one batch, outside the heap, filled anew for each. Of one inference thread. */
final class ViewBuffer {

    private final ByteBuffer pixels;

    /** @param largest views that it has room for */
    ViewBuffer(PreprocessSpec spec, int largest) {
        this.pixels = ByteBuffer.allocateDirect(largest * spec.height() * spec.width() * 3);
    }

    /** Fills it; a batch that no warm size fits is filled up with its last view, whose further answers nobody reads. */
    ByteBuffer of(Batch batch, Function<PreparedImage, List<View>> views) {
        pixels.clear();
        for (int i = 0; i < batch.size(); i++) {
            ViewBatcher.Slot slot = batch.slots().get(Math.min(i, batch.slots().size() - 1));
            pixels.put(views.apply(slot.image()).get(slot.view()).pixels());
        }
        return pixels.flip();
    }
}
