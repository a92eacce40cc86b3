/**
 * The one formula language: a functional subset of JavaScript over exact decimals, at present its arithmetic. Parsed with
 * Rhino's parser, compiled to closures; no script engine runs, so a formula can neither loop nor allocate without bound
 * nor see anything but its variables.
 *
 * <p>Start reading at {@link io.quipu.common.formula.Expression}. Knows the JDK, {@code quantity} and Rhino's parser,
 * which no other package may use.
 */
package io.quipu.common.formula;
