/* The announcements of many bit proofs at once. Public values only, so nothing here is constant-time.

   For each cell C | c0 | c1 | s0 | s1 (160 bytes): A0 = s0·B - c0·C and A1 = s1·B - c1·(C - V), encoded as ristretto255 (RFC 9496), and the sum
   of all C. What makes it quicker than general multiplications: the doublings of C are shared by c0·C and c1·C (Yao 1976, signed digits in
   base 16), and multiples of B and V come from tables. Field elements are five limbs of 51 bits.

   Optional: where it was not compiled, harkline_verify.bits does the same with libsodium, and tests hold the two together. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

typedef uint64_t fe[5];
typedef unsigned __int128 wide;
typedef struct { fe x, y, z, t; } point;
typedef struct { fe plus, minus, t2d; } flat;  /* y+x, y-x, 2d·x·y of a point with z = 1 */

#define MASK ((1ULL << 51) - 1)
#define WINDOW 8
#define PLACES 32
#define HEAPS 8

static const fe ONE = {1, 0, 0, 0, 0};
static const fe D = {0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029, 0x739c663a03cbb, 0x52036cee2b6ff};
static const fe TWICE_D = {0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052, 0x6738cc7407977, 0x2406d9dc56dff};
static const fe ROOT_MINUS_ONE = {0x61b274a0ea0b0, 0x0d5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e, 0x2b8324804fc1d};
static const fe INVERSE_ROOT_A_MINUS_D = {0x0fdaa805d40ea, 0x2eb482e57d339, 0x007610274bc58, 0x6510b613dc8ff, 0x786c8905cfaff};

static flat base_table[PLACES][1 << WINDOW], value_table[PLACES][1 << WINDOW];

static inline void add(fe out, const fe a, const fe b) {
  for (int i = 0; i < 5; i++) out[i] = a[i] + b[i];
}

/* a - b + 4p: limbs of b stay below 2^53 - 76. */
static inline void sub(fe out, const fe a, const fe b) {
  out[0] = a[0] + 0x1fffffffffffb4ULL - b[0];
  for (int i = 1; i < 5; i++) out[i] = a[i] + 0x1ffffffffffffcULL - b[i];
}

static inline void carried(fe out, wide r0, wide r1, wide r2, wide r3, wide r4) {
  r1 += (uint64_t)(r0 >> 51);
  r2 += (uint64_t)(r1 >> 51);
  r3 += (uint64_t)(r2 >> 51);
  r4 += (uint64_t)(r3 >> 51);
  uint64_t low = ((uint64_t)r0 & MASK);
  wide folded = (wide)19 * (uint64_t)(r4 >> 51) + low;
  out[0] = (uint64_t)folded & MASK;
  out[1] = ((uint64_t)r1 & MASK) + (uint64_t)(folded >> 51);
  out[2] = (uint64_t)r2 & MASK;
  out[3] = (uint64_t)r3 & MASK;
  out[4] = (uint64_t)r4 & MASK;
}

/* Limbs below 2^54 in, below 2^51 + 2^15 out. */
static inline void mul(fe out, const fe a, const fe b) {
  uint64_t b1 = 19 * b[1], b2 = 19 * b[2], b3 = 19 * b[3], b4 = 19 * b[4];
  carried(out,
          (wide)a[0] * b[0] + (wide)a[1] * b4 + (wide)a[2] * b3 + (wide)a[3] * b2 + (wide)a[4] * b1,
          (wide)a[0] * b[1] + (wide)a[1] * b[0] + (wide)a[2] * b4 + (wide)a[3] * b3 + (wide)a[4] * b2,
          (wide)a[0] * b[2] + (wide)a[1] * b[1] + (wide)a[2] * b[0] + (wide)a[3] * b4 + (wide)a[4] * b3,
          (wide)a[0] * b[3] + (wide)a[1] * b[2] + (wide)a[2] * b[1] + (wide)a[3] * b[0] + (wide)a[4] * b4,
          (wide)a[0] * b[4] + (wide)a[1] * b[3] + (wide)a[2] * b[2] + (wide)a[3] * b[1] + (wide)a[4] * b[0]);
}

static inline void square(fe out, const fe a) {
  uint64_t d0 = 2 * a[0], d1 = 2 * a[1], d2 = 2 * a[2], n3 = 19 * a[3], n4 = 19 * a[4];
  carried(out,
          (wide)a[0] * a[0] + (wide)d1 * n4 + (wide)d2 * n3,
          (wide)d0 * a[1] + (wide)d2 * n4 + (wide)a[3] * n3,
          (wide)d0 * a[2] + (wide)a[1] * a[1] + (wide)(2 * a[3]) * n4,
          (wide)d0 * a[3] + (wide)d1 * a[2] + (wide)a[4] * n4,
          (wide)d0 * a[4] + (wide)d1 * a[3] + (wide)a[2] * a[2]);
}

static void squares(fe out, const fe a, int times) {
  square(out, a);
  while (--times) square(out, out);
}

static void bytes_of(uint8_t out[32], const fe a) {
  uint64_t h[5];
  memcpy(h, a, sizeof h);
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < 4; i++) { h[i + 1] += h[i] >> 51; h[i] &= MASK; }
    h[0] += 19 * (h[4] >> 51);
    h[4] &= MASK;
  }
  uint64_t over = (h[0] + 19) >> 51;
  for (int i = 1; i < 5; i++) over = (h[i] + over) >> 51;
  h[0] += 19 * over;
  for (int i = 0; i < 4; i++) { h[i + 1] += h[i] >> 51; h[i] &= MASK; }
  h[4] &= MASK;
  uint64_t w[4] = {h[0] | h[1] << 51, h[1] >> 13 | h[2] << 38, h[2] >> 26 | h[3] << 25, h[3] >> 39 | h[4] << 12};
  for (int i = 0; i < 32; i++) out[i] = (uint8_t)(w[i / 8] >> (8 * (i % 8)));
}

static void of_bytes(fe out, const uint8_t in[32]) {
  uint64_t w[4];
  for (int i = 0; i < 4; i++) {
    w[i] = 0;
    for (int j = 7; j >= 0; j--) w[i] = w[i] << 8 | in[8 * i + j];
  }
  out[0] = w[0] & MASK;
  out[1] = (w[0] >> 51 | w[1] << 13) & MASK;
  out[2] = (w[1] >> 38 | w[2] << 26) & MASK;
  out[3] = (w[2] >> 25 | w[3] << 39) & MASK;
  out[4] = (w[3] >> 12) & MASK;
}

static int same(const fe a, const fe b) {
  uint8_t one[32], other[32];
  bytes_of(one, a);
  bytes_of(other, b);
  return memcmp(one, other, 32) == 0;
}

static int negative(const fe a) {
  uint8_t bytes[32];
  bytes_of(bytes, a);
  return bytes[0] & 1;
}

static void negate(fe out, const fe a) {
  static const fe zero = {0};
  fe t;
  sub(t, zero, a);
  mul(out, t, ONE);
}

static void magnitude(fe a) {
  if (negative(a)) negate(a, a);
}

/* a^((p-5)/8) = a^(2^252 - 3) */
static void power(fe out, const fe a) {
  fe t0, t1, t2;
  square(t0, a);
  squares(t1, t0, 2);
  mul(t1, a, t1);
  mul(t0, t0, t1);
  square(t0, t0);
  mul(t0, t1, t0);      /* 2^5 - 1 */
  squares(t1, t0, 5);
  mul(t0, t1, t0);      /* 2^10 - 1 */
  squares(t1, t0, 10);
  mul(t1, t1, t0);      /* 2^20 - 1 */
  squares(t2, t1, 20);
  mul(t1, t2, t1);      /* 2^40 - 1 */
  squares(t1, t1, 10);
  mul(t0, t1, t0);      /* 2^50 - 1 */
  squares(t1, t0, 50);
  mul(t1, t1, t0);      /* 2^100 - 1 */
  squares(t2, t1, 100);
  mul(t1, t2, t1);      /* 2^200 - 1 */
  squares(t1, t1, 50);
  mul(t0, t1, t0);      /* 2^250 - 1 */
  squares(t0, t0, 2);
  mul(out, t0, a);
}

/* The inverse square root of v, not negative (RFC 9496, 4.2, with u = 1); whether v is a square. */
static int inverse_root(fe out, const fe v) {
  fe cube, seventh, root, check, minus_one, minus_root;
  square(cube, v);
  mul(cube, cube, v);
  square(seventh, cube);
  mul(seventh, seventh, v);
  power(root, seventh);
  mul(root, root, cube);
  square(check, root);
  mul(check, check, v);
  negate(minus_one, ONE);
  negate(minus_root, ROOT_MINUS_ONE);
  int right = same(check, ONE), flipped = same(check, minus_one);
  if (flipped || same(check, minus_root)) mul(root, root, ROOT_MINUS_ONE);
  magnitude(root);
  memcpy(out, root, sizeof(fe));
  return right || flipped;
}

static int decode(point *p, const uint8_t in[32]) {
  uint8_t again[32];
  fe s, ss, u1, u2, u2s, v, t, root, denominator;
  of_bytes(s, in);
  bytes_of(again, s);
  if (memcmp(again, in, 32) != 0 || in[0] & 1) return 0;
  square(ss, s);
  sub(u1, ONE, ss);
  add(u2, ONE, ss);
  square(u2s, u2);
  square(t, u1);
  mul(t, t, D);
  add(t, t, u2s);
  negate(v, t);
  mul(t, v, u2s);
  int is_square = inverse_root(root, t);
  mul(denominator, root, u2);
  mul(t, s, denominator);
  add(t, t, t);
  mul(p->x, t, ONE);
  magnitude(p->x);
  mul(t, root, denominator);
  mul(t, t, v);
  mul(p->y, u1, t);
  memcpy(p->z, ONE, sizeof(fe));
  mul(p->t, p->x, p->y);
  static const fe zero = {0};
  return is_square && !negative(p->t) && !same(p->y, zero);
}

static void encode(uint8_t out[32], const point *p) {
  fe u1, u2, t, root, d1, d2, inverse, x, y, d;
  add(u1, p->z, p->y);
  sub(t, p->z, p->y);
  mul(u1, u1, t);
  mul(u2, p->x, p->y);
  square(t, u2);
  mul(t, t, u1);
  inverse_root(root, t);
  mul(d1, root, u1);
  mul(d2, root, u2);
  mul(inverse, d1, d2);
  mul(inverse, inverse, p->t);
  mul(t, p->t, inverse);
  if (negative(t)) {
    mul(x, p->y, ROOT_MINUS_ONE);
    mul(y, p->x, ROOT_MINUS_ONE);
    mul(d, d1, INVERSE_ROOT_A_MINUS_D);
  } else {
    memcpy(x, p->x, sizeof(fe));
    memcpy(y, p->y, sizeof(fe));
    memcpy(d, d2, sizeof(fe));
  }
  mul(t, x, inverse);
  if (negative(t)) negate(y, y);
  sub(t, p->z, y);
  mul(t, t, d);
  magnitude(t);
  bytes_of(out, t);
}

static void finish(point *p, const fe e, const fe f, const fe g, const fe h) {
  mul(p->x, e, f);
  mul(p->y, g, h);
  mul(p->z, f, g);
  mul(p->t, e, h);
}

static void plus(point *out, const point *p, const point *q) {
  fe a, b, c, d, e, f, g, h, t;
  sub(a, p->y, p->x);
  sub(t, q->y, q->x);
  mul(a, a, t);
  add(b, p->y, p->x);
  add(t, q->y, q->x);
  mul(b, b, t);
  mul(c, p->t, q->t);
  mul(c, c, TWICE_D);
  mul(d, p->z, q->z);
  add(d, d, d);
  sub(e, b, a);
  sub(f, d, c);
  add(g, d, c);
  add(h, b, a);
  finish(out, e, f, g, h);
}

static void plus_flat(point *p, const flat *q) {
  fe a, b, c, d, e, f, g, h;
  sub(a, p->y, p->x);
  mul(a, a, q->minus);
  add(b, p->y, p->x);
  mul(b, b, q->plus);
  mul(c, p->t, q->t2d);
  add(d, p->z, p->z);
  sub(e, b, a);
  sub(f, d, c);
  add(g, d, c);
  add(h, b, a);
  finish(p, e, f, g, h);
}

static void twice(point *p, int with_t) {
  fe a, b, c, e, f, g, h, t;
  square(a, p->x);
  square(b, p->y);
  square(c, p->z);
  add(c, c, c);
  add(h, a, b);
  add(t, p->x, p->y);
  square(t, t);
  sub(e, h, t);
  sub(g, a, b);
  add(f, c, g);
  mul(p->x, e, f);
  mul(p->y, g, h);
  mul(p->z, f, g);
  if (with_t) mul(p->t, e, h);
}

static void opposite(point *out, const point *p) {
  *out = *p;
  negate(out->x, p->x);
  negate(out->t, p->t);
}

static void identity(point *p) {
  memset(p, 0, sizeof *p);
  p->y[0] = p->z[0] = 1;
}

static void flatten(flat *out, const point *p) {
  fe inverse, x, y, t;
  /* 1/z = (z^(p-5)/8)^8 · z^3 */
  power(inverse, p->z);
  squares(inverse, inverse, 3);
  square(t, p->z);
  mul(t, t, p->z);
  mul(inverse, inverse, t);
  mul(x, p->x, inverse);
  mul(y, p->y, inverse);
  add(t, y, x);
  mul(out->plus, t, ONE);
  sub(t, y, x);
  mul(out->minus, t, ONE);
  mul(t, x, y);
  mul(out->t2d, t, TWICE_D);
}

static void tabulate(flat table[PLACES][1 << WINDOW], const point *start) {
  point unit = *start, sum;
  for (int place = 0; place < PLACES; place++) {
    identity(&sum);
    for (int digit = 0; digit < 1 << WINDOW; digit++) {
      flatten(&table[place][digit], &sum);
      plus(&sum, &sum, &unit);
    }
    unit = sum;
  }
}

static void add_multiple(point *sum, flat table[PLACES][1 << WINDOW], const uint8_t scalar[32]) {
  for (int place = 0; place < PLACES; place++)
    if (scalar[place]) plus_flat(sum, &table[place][scalar[place]]);
}

/* Digits -8 … 7 in base 16 of a scalar below 2^253. */
static void digits_of(int8_t out[64], const uint8_t scalar[32]) {
  int carry = 0;
  for (int i = 0; i < 64; i++) {
    int digit = ((scalar[i / 2] >> (4 * (i % 2))) & 15) + carry;
    carry = digit >= 8 && i < 63;
    out[i] = (int8_t)(digit - 16 * carry);
  }
}

static void gather(point *out, point heaps[HEAPS]) {
  point running = heaps[HEAPS - 1];
  *out = running;
  for (int i = HEAPS - 2; i >= 0; i--) {
    plus(&running, &running, &heaps[i]);
    plus(out, out, &running);
  }
}

/* c0·C and c1·C */
static void two_multiples(point out[2], const point *start, const uint8_t *scalars) {
  int8_t digits[2][64];
  point heaps[2][HEAPS], unit = *start, minus;
  for (int which = 0; which < 2; which++) {
    digits_of(digits[which], scalars + 32 * which);
    for (int i = 0; i < HEAPS; i++) identity(&heaps[which][i]);
  }
  for (int place = 0; place < 64; place++) {
    opposite(&minus, &unit);
    for (int which = 0; which < 2; which++) {
      int digit = digits[which][place];
      if (digit > 0) plus(&heaps[which][digit - 1], &heaps[which][digit - 1], &unit);
      if (digit < 0) plus(&heaps[which][-digit - 1], &heaps[which][-digit - 1], &minus);
    }
    if (place < 63) for (int i = 0; i < 4; i++) twice(&unit, i == 3);
  }
  gather(&out[0], heaps[0]);
  gather(&out[1], heaps[1]);
}

static int announce(uint8_t out[64], point *sum, const uint8_t cell[160]) {
  point commitment, multiples[2], a;
  if (!decode(&commitment, cell)) return 0;
  plus(sum, sum, &commitment);
  two_multiples(multiples, &commitment, cell + 32);
  for (int which = 0; which < 2; which++) {
    opposite(&a, &multiples[which]);
    add_multiple(&a, base_table, cell + 96 + 32 * which);
    if (which) add_multiple(&a, value_table, cell + 64);
    encode(out + 32 * which, &a);
  }
  return 1;
}

/* prepare(B, V): the encodings of the two generators. */
static PyObject *prepare(PyObject *self, PyObject *args) {
  const char *base, *value;
  Py_ssize_t base_length, value_length;
  point p;
  if (!PyArg_ParseTuple(args, "y#y#", &base, &base_length, &value, &value_length)) return NULL;
  if (base_length != 32 || value_length != 32) return PyErr_Format(PyExc_ValueError, "a generator has 32 bytes");
  if (!decode(&p, (const uint8_t *)base)) return PyErr_Format(PyExc_ValueError, "not a point");
  tabulate(base_table, &p);
  if (!decode(&p, (const uint8_t *)value)) return PyErr_Format(PyExc_ValueError, "not a point");
  tabulate(value_table, &p);
  Py_RETURN_NONE;
}

/* announcements(cells) -> (a byte for each cell: 1 if C is a point; 64 bytes for each: A0 | A1; the sum of every C that is a point).
   Scalars must be below 2^253: the caller refuses those that are not canonical. */
static PyObject *announcements(PyObject *self, PyObject *args) {
  const char *cells;
  Py_ssize_t length;
  if (!PyArg_ParseTuple(args, "y#", &cells, &length)) return NULL;
  if (length % 160) return PyErr_Format(PyExc_ValueError, "a cell has 160 bytes");
  Py_ssize_t count = length / 160;
  PyObject *valid = PyBytes_FromStringAndSize(NULL, count);
  PyObject *out = PyBytes_FromStringAndSize(NULL, 64 * count);
  if (valid == NULL || out == NULL) { Py_XDECREF(valid); Py_XDECREF(out); return NULL; }
  char *flags = PyBytes_AS_STRING(valid);
  uint8_t *data = (uint8_t *)PyBytes_AS_STRING(out), total[32];
  point sum;
  identity(&sum);
  Py_BEGIN_ALLOW_THREADS
  memset(data, 0, 64 * count);
  for (Py_ssize_t i = 0; i < count; i++) flags[i] = (char)announce(data + 64 * i, &sum, (const uint8_t *)cells + 160 * i);
  encode(total, &sum);
  Py_END_ALLOW_THREADS
  return Py_BuildValue("NNy#", valid, out, total, (Py_ssize_t)32);
}

static PyMethodDef METHODS[] = {
  {"prepare", prepare, METH_VARARGS, "prepare(B, V)"},
  {"announcements", announcements, METH_VARARGS, "announcements(cells) -> (valid, A0 | A1 of each, sum)"},
  {NULL, NULL, 0, NULL},
};

static struct PyModuleDef MODULE = {PyModuleDef_HEAD_INIT, "_quick", "Announcements of bit proofs.", -1, METHODS, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__quick(void) { return PyModule_Create(&MODULE); }
