package io.bulwark.lab.bench.latency;

import io.bulwark.cli.traffic.ImageUploader;
import io.bulwark.events.ImageUploaded;
import java.util.List;
import java.util.Map;

/**
 * What is sent for each kind.
 *
 * @param pictures plain ones, used in turn
 * @param large one of many pixels
 * @param crowded one of many views
 * @param hosts of slow and dead locations
 */
record ArrivalUploads(List<byte[]> pictures, byte[] large, byte[] crowded, StrangeHosts hosts) {

    private static final String UPLOADER = "bench";

    /** An upload of a kind, under an image id. */
    ImageUploaded of(Kind kind, String id, int number, ImageUploader uploader) {
        return switch (kind) {
            case INLINE -> uploader.inline(id, UPLOADER, pictures.get(number % pictures.size()), Map.of());
            case LARGE -> uploader.inline(id, UPLOADER, large, Map.of());
            case CROWDED -> uploader.inline(id, UPLOADER, crowded, Map.of());
            case SLOW -> uploader.located(id, UPLOADER, hosts.late(id), Map.of());
            case DEAD -> uploader.located(id, UPLOADER, hosts.dead(id), Map.of());
        };
    }
}
