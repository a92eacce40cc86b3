package io.quipu.common.store;

/**
 * A stored document as it was read.
 *
 * @param key its key
 * @param version to be named by the write that replaces or removes it
 * @param content JSON in UTF-8; not to be modified
 */
public record Document(String key, long version, byte[] content) {
}
