package io.quipu.acceptance.chaos;

import java.util.ArrayList;
import java.util.List;

/** All that was found to be wrong, as sentences. Thread-safe. */
final class Verdict {

    /** Sentences that are kept; what is more is only counted. */
    static final int MAX_SENTENCES = 100;

    private final List<String> sentences = new ArrayList<>();
    private long count;

    synchronized void wrong(String sentence) {
        count++;
        if (sentences.size() < MAX_SENTENCES) {
            sentences.add(sentence);
        }
    }

    synchronized boolean clean() {
        return count == 0;
    }

    /** A line for each sentence, or one that all is clean. */
    synchronized String text() {
        if (count == 0) {
            return "verdict: clean\n";
        }
        StringBuilder text = new StringBuilder();
        sentences.forEach(sentence -> text.append("WRONG: ").append(sentence).append('\n'));
        return text.append("verdict: ").append(count).append(count == 1 ? " finding" : " findings")
                .append(count > sentences.size() ? ", the first " + sentences.size() + " above\n" : "\n").toString();
    }
}
