package io.quipu.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** One row of the table in {@code docs/metrics.md}. */
record DocumentedMetric(String name, String type, Set<String> tags, Set<String> services) {

    static final Path PAGE = Path.of("..", "docs", "metrics.md");

    static List<DocumentedMetric> all() throws IOException {
        List<DocumentedMetric> rows = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("| `quipu_")) {
                String[] cells = line.split("\\|");
                rows.add(new DocumentedMetric(plain(cells[1]).trim(), cells[2].trim(), words(cells[3]), words(cells[5])));
            }
        }
        return rows;
    }

    private static Set<String> words(String cell) {
        Set<String> words = new TreeSet<>();
        for (String word : plain(cell).split(",")) {
            if (!word.isBlank()) {
                words.add(word.trim());
            }
        }
        return words;
    }

    private static String plain(String cell) {
        return cell.replace("`", "");
    }
}
