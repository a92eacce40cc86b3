/**
 * Windows of time and the limits of lateness. Knows only the JDK and {@code quantity}. No clock is read here: the time
 * is always an argument.
 */
package io.quipu.common.time;
