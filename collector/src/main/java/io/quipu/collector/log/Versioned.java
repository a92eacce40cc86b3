package io.quipu.collector.log;

/**
 * A document as it was read, with the version that a write which replaces it must name.
 *
 * @param document the document
 * @param version its version
 * @param <T> its type
 */
public record Versioned<T>(T document, long version) {
}
