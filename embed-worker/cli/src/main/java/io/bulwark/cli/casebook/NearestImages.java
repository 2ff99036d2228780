package io.bulwark.cli.casebook;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The nearest images of one or more partitions, so many at most, each by its latest record. One thread uses it. */
final class NearestImages {

    private final int most;
    private final TreeSet<NearImage> nearest = new TreeSet<>(NearImage.NEAREST);
    private final Map<String, List<NearImage>> byId = new HashMap<>();

    NearestImages(int most) {
        this.most = most;
    }

    /** Takes an image that is near; {@link #forget} comes before it. */
    void add(NearImage image) {
        nearest.add(image);
        byId.computeIfAbsent(image.imageId(), id -> new ArrayList<>(1)).add(image);
        if (nearest.size() > most) {
            remove(nearest.last());
        }
    }

    /** A later record of this image is there. */
    void forget(String tenant, String imageId) {
        List.copyOf(byId.getOrDefault(imageId, List.of())).stream()
                .filter(image -> image.tenant().equals(tenant))
                .forEach(this::remove);
    }

    /** The image was erased, whoever's it is. */
    void erased(String imageId) {
        List.copyOf(byId.getOrDefault(imageId, List.of())).forEach(this::remove);
    }

    private void remove(NearImage image) {
        nearest.remove(image);
        byId.computeIfPresent(image.imageId(), (id, images) -> {
            images.remove(image);
            return images.isEmpty() ? null : images;
        });
    }

    /** The nearest, nearest first. */
    List<NearImage> toList() {
        return List.copyOf(nearest);
    }
}
