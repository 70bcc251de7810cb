/* The edge between the workbench and a plugin library: one exported function, one table, plain C types.
 *
 * Plugin authors never see this file: lmw/sdk/law.h is the C++ over it. It is C so that a plugin and a host that were
 * built by different compilers, with different flags, at different times, still agree on every byte that crosses.
 *
 * Rules. Only fixed-width integers, double, pointers with sizes, and UTF-8 text cross. Each side frees what it made.
 * No exception crosses. What the host lends (lmw_host, text, arrays) is valid for the length of the call only. Every
 * struct starts with its size; fields are only ever appended, and appending raises the minor version. */
#ifndef LMW_SDK_ABI_H
#define LMW_SDK_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LMW_ABI_MAJOR 1u
#define LMW_ABI_MINOR 0u
#define LMW_ENTRY_SYMBOL "lmw_plugin_entry"
#define LMW_MESSAGE_CAPACITY 1024u

/* What a call came to. Anything but LMW_OK comes with a message. */
enum lmw_code {
  LMW_OK = 0,
  LMW_FAILED = 1,   /* the plugin threw; message is what() */
  LMW_BAD_CALL = 2, /* unknown law or operation, or a table that is too short */
  LMW_STOPPED = 3   /* the plugin gave up because cancelled() said so */
};

typedef struct lmw_status {
  int32_t code;
  char message[LMW_MESSAGE_CAPACITY]; /* UTF-8, ends in a zero byte */
} lmw_status;

/* What can be asked of a law. `point_json` and `seed` of lmw_plugin.call mean: */
enum lmw_op {
  LMW_OP_SWEEP = 0,             /* point_json {"effort":"quick"}; answers one emit_json per default point */
  LMW_OP_REGIME = 1,            /* a point; answers one emit_json with the regime */
  LMW_OP_PREPARE = 2,           /* a point; makes and keeps what predict and measure share; answers nothing */
  LMW_OP_PREDICT = 3,           /* a point; per prediction one emit_json and then its emit_array calls */
  LMW_OP_PREDICT_REPLICATE = 4, /* a point and a replicate's seed; emit_array per predicted observable */
  LMW_OP_MEASURE = 5            /* a point and a replicate's seed; emit_array per observable, or one outcome */
};

/* Lent by the host for one call. Each function takes ctx first; nonzero means "stop, return LMW_STOPPED". */
typedef struct lmw_host {
  uint32_t size; /* sizeof(lmw_host) of the host */
  void* ctx;
  /* n values of the series `name` on the grid x; x is NULL for a scalar, and then n is 1. */
  int (*emit_array)(void* ctx, const char* name, const double* x, const double* value, uint64_t n);
  /* One JSON object: a point, a regime, or what belongs to a prediction (observable, kind, rival, ...). */
  int (*emit_json)(void* ctx, const char* utf8);
  /* How a measurement ended when not in values: diverged, stuck, not_converged, failed. */
  int (*outcome)(void* ctx, const char* code, const char* text);
  /* Where a declared data set lies: writes its path and its sha256 (64 hex digits and a zero byte). */
  int (*data)(void* ctx, const char* name, char* path, uint64_t path_capacity, char* sha256);
  /* Nonzero when the run is being stopped: long loops ask every 50 ms. */
  int (*cancelled)(void* ctx);
  /* level: 0 debug, 1 info, 2 warn. */
  void (*log)(void* ctx, int level, const char* utf8);
} lmw_host;

/* What the plugin is. The host checks size and abi_major before it touches anything else. */
typedef struct lmw_plugin {
  uint32_t size; /* sizeof(lmw_plugin) of the plugin */
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t n_laws;
  const char* id;      /* a slug: [a-z][a-z0-9-]{0,63} */
  const char* version; /* of the plugin, e.g. "0.1.0" */
  const char* build;   /* one line: compiler and flags */
  /* Answers one emit_json: the card of law number `law`. */
  void (*describe)(uint32_t law, const lmw_host* host, lmw_status* status);
  void (*call)(uint32_t law, uint32_t op, const char* point_json, uint64_t seed, const lmw_host* host,
               lmw_status* status);
} lmw_plugin;

typedef const lmw_plugin* (*lmw_plugin_entry_fn)(void);

#ifdef __cplusplus
}
#endif
#endif
