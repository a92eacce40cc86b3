/**
 * The ordered usage log: segment documents per partition, appended by insert-if-absent, read in order, trimmed below the
 * cursor; and the marks that tell a client's duplicate from a repetition of ours.
 */
package io.quipu.collector.log;
