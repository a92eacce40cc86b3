package io.quipu.acceptance.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * A table for people: the first column is words, the others are figures.
 *
 * @param title what it is
 * @param header the columns' names
 * @param rows the cells, as many in each as there are columns
 */
record Table(String title, List<String> header, List<List<String>> rows) {

    /** With spaces between the columns, for a terminal. */
    String text() {
        List<List<String>> all = new ArrayList<>(List.of(header));
        all.addAll(rows);
        int[] widths = new int[header.size()];
        all.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        StringBuilder text = new StringBuilder(title).append("\n\n");
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder("  ");
            for (int i = 0; i < widths.length; i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? row.get(i) + padding : "  " + padding + row.get(i));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** In Markdown, for a page. */
    String markdown() {
        StringBuilder text = new StringBuilder("**").append(title).append("**\n\n");
        line(text, header);
        List<String> rule = new ArrayList<>(List.of("---"));
        for (int i = 1; i < header.size(); i++) {
            rule.add("---:");
        }
        line(text, rule);
        rows.forEach(row -> line(text, row));
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells.stream().map(cell -> cell.replace("|", "\\|")).toList()))
                .append(" |\n");
    }
}
