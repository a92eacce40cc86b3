/**
 * Recognizes functions of plans that say what a built-in function says, by their text alone: it is split into tokens that are brought
 * into one order and style, and compared with a list of forms. Knows only the JDK and what plans are in {@code common}.
 *
 * <p>Start reading at {@link io.quipu.collector.catalog.recognition.Recognition}, then at the table in {@code Forms}.
 */
package io.quipu.collector.catalog.recognition;
