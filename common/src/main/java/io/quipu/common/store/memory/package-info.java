/**
 * The store that forgets everything when the process ends: for tests, the simulation and a first try. A whole
 * implementation of {@link io.quipu.common.store.DocumentStore}, not a stand-in. Knows only the JDK, Micrometer and the port.
 */
package io.quipu.common.store.memory;
