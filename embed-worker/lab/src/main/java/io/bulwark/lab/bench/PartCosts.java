package io.bulwark.lab.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * CPU time that one image costs in each part of its way, in milliseconds, summed over all threads.
 *
 * @param views of an image, on average
 * @param decode file to pixels
 * @param preprocess pixels to views
 * @param embed views to embeddings
 * @param search embeddings to neighbours
 */
record PartCosts(double views, double decode, double preprocess, double embed, double search) {

    double sum() {
        return decode + preprocess + embed + search;
    }

    /** Images a second that this many cores could do if nothing else had to be done. */
    double bound(int cores) {
        return cores * 1000.0 / sum();
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "CPU time of one image of %.1f views: decode %.2f ms, preprocess %.2f ms, embed %.2f ms, kNN %.2f ms: %.2f ms together",
                views,
                decode,
                preprocess,
                embed,
                search,
                sum());
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("viewsEach", views);
        fields.put("decodeMillis", decode);
        fields.put("preprocessMillis", preprocess);
        fields.put("embedMillis", embed);
        fields.put("searchMillis", search);
        fields.put("partsMillis", sum());
        return fields;
    }
}
