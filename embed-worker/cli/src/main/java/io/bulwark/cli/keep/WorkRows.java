package io.bulwark.cli.keep;

import java.util.Map;
import java.util.Set;

/**
 * What people's work keeps of an image or uploader.
 *
 * @param byTable rows, by table; 0 where a table has none
 * @param images the ids of the images that they are about
 * @param contents the SHA-256 of those images' contents
 */
record WorkRows(Map<String, Long> byTable, Set<String> images, Set<String> contents) {

    /** Where there is no database to look at. */
    static final WorkRows UNKNOWN = new WorkRows(Map.of(), Set.of(), Set.of());

    long rows() {
        return byTable.values().stream().mapToLong(Long::longValue).sum();
    }
}
