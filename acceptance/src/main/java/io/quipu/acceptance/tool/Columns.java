package io.quipu.acceptance.tool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows under a header, for a terminal: names to the left of their column, figures to the right.
 *
 * @param header the columns' names
 * @param rows the cells, as many in each as there are columns
 * @param figures how many of the last columns hold figures
 */
record Columns(List<String> header, List<List<String>> rows, int figures) {

    String text() {
        int[] widths = new int[header.size()];
        List<List<String>> all = new ArrayList<>(List.of(header));
        all.addAll(rows);
        all.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < all.size(); r++) {
            StringBuilder line = new StringBuilder("  ");
            for (int i = 0; i < widths.length; i++) {
                String cell = all.get(r).get(i);
                String padding = " ".repeat(widths[i] - cell.length());
                line.append(i >= header.size() - figures ? padding + cell : cell + padding).append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
            if (r == 0) {
                text.append("  ").append("-".repeat(Arrays.stream(widths).sum() + 2 * (widths.length - 1)))
                        .append('\n');
            }
        }
        return text.toString();
    }
}
