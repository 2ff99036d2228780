package io.bulwark.lab.audit;

import java.util.List;

/**
 * What a worker makes of a file that nobody attacked.
 *
 * @param safe whether it is SAFE: the flagged index holds nothing else back, so its false alarms are of such files alone
 * @param scores of the file
 */
record CleanFile(boolean safe, DetectScores scores) {

    static List<DetectScores> scores(List<CleanFile> files) {
        return files.stream().map(CleanFile::scores).toList();
    }

    static List<DetectScores> safeScores(List<CleanFile> files) {
        return scores(files.stream().filter(CleanFile::safe).toList());
    }
}
